/** A contribution result: the total, each insurance, additional charges, and the figures used. */

import { day, labelled, month, say } from '../language.js'
import { words } from '../texts/contributions.js'
import { yuan } from './amount.js'
import { element } from './element.js'
import { unfolding } from './panel.js'
import { summaryList } from './summary-list.js'
import { scrollingTable } from './table.js'

/** @typedef {'OFFICIAL' | 'SECONDARY'} Confidence */
/** @typedef {{ insurance: { code: string, name: string }, rate: string | null, months: number, monthlyAmount: number | null, amount: number | null, confidence: Confidence }} Line */
/** @typedef {{ title: string, value: string, from: string, until: string | null, legalBasis: string, source: string, confidence: Confidence }} Figure */
/** @typedef {{ title: string, yearlyAmount: number | null, confidence: Confidence | null }} OnTop */
/** @typedef {{ firstMonth: string, lastMonth: string, months: number, base: number | null, lowestBase: number | null, highestBase: number | null, lines: Line[], amount: number | null, ownAccount: number | null, subsidy: number, amountAfterSubsidy: number | null, caution: string | null, onTop: OnTop[], notes: string[], figures: Figure[] }} Contributions */

/** The result; amounts are in fen.
 * @param {Contributions} found */
export function contributionsShown(found) {
  const { amount, caution, onTop, notes, figures } = found
  return [
    element('h2', {}, titleOf(found)),
    element('p', { class: 'big-answer figures' }, amount === null ? say(words.nothingFound) : inYuan(amount)),
    caution && element('p', { class: 'tag tag-wait' }, caution),
    table(found),
    summaryList(rows(found), 'facts-small'),
    onTop.length > 0 && element('h3', {}, say(words.onTop)),
    onTop.length > 0 && element('ul', { class: 'list' }, onTop.map(extra)),
    element('h3', {}, say(words.notes)),
    element(
      'ul',
      { class: 'list' },
      notes.map((note) => element('li', {}, note)),
    ),
    unfolding(say(words.figures), element('ul', { class: 'list' }, figures.map(figure))),
  ]
}

/** @param {Contributions} found */
function titleOf({ firstMonth, lastMonth, months }) {
  if (months === 1) return say(words.forMonth, { month: month(firstMonth) })
  return say(words.forMonths, { from: month(firstMonth), to: month(lastMonth), count: months })
}

/** @param {Contributions} found */
function table(found) {
  const rows = found.lines.map((each) => line(each, found.months))
  return scrollingTable(titleOf(found), [say(words.insurance), say(words.sum)], rows)
}

/** @param {Line} line @param {number} asked  the number of requested months */
function line({ insurance, rate, months, monthlyAmount, amount, confidence }, asked) {
  const about = [
    rate && say(words.ofBase, { rate }),
    asked > 1 && monthlyAmount !== null && say(words.monthly, { amount: yuan(monthlyAmount) }),
    asked > 1 && amount !== null && say(words.counted, { count: months }),
  ]
  return element(
    'tr',
    {},
    element(
      'th',
      { scope: 'row' },
      insurance.name,
      about.map((each) => each && element('span', { class: 'reason source' }, each)),
    ),
    element(
      'td',
      { class: 'figures' },
      amount === null ? say(words.unknown) : inYuan(amount),
      amount !== null && mark(confidence),
    ),
  )
}

/** @param {Contributions} found */
function rows({ base, lowestBase, highestBase, ownAccount, subsidy, amountAfterSubsidy }) {
  const limits =
    lowestBase !== null && highestBase !== null && say(words.fromTo, { from: yuan(lowestBase), to: yuan(highestBase) })
  return [
    base !== null && { label: say(words.chosenBase), value: inYuan(base) },
    { label: say(words.limits), value: limits || say(words.unknown) },
    ownAccount !== null && { label: say(words.ownAccount), value: inYuan(ownAccount) },
    subsidy > 0 && { label: say(words.subsidy), value: inYuan(subsidy) },
    subsidy > 0 && amountAfterSubsidy !== null && { label: say(words.afterSubsidy), value: inYuan(amountAfterSubsidy) },
  ].filter((row) => row !== false)
}

/** @param {OnTop} onTop */
function extra({ title, yearlyAmount, confidence }) {
  const amount = yearlyAmount === null ? say(words.unknown) : say(words.yearly, { amount: yuan(yearlyAmount) })
  return element('li', {}, labelled(title, amount), mark(confidence))
}

/** @param {Figure} figure */
function figure({ title, value, from, until, legalBasis, source, confidence }) {
  const holds =
    until === null
      ? say(words.holdsFrom, { from: day(from) })
      : say(words.holds, { from: day(from), until: day(until) })
  return element(
    'li',
    {},
    element('p', {}, element('strong', {}, labelled(title, value)), mark(confidence)),
    element(
      'p',
      { class: 'hint' },
      holds,
      ' · ',
      say(words.basis),
      ' ',
      element('span', { lang: 'zh-CN' }, legalBasis),
      ' · ',
      say(words.source),
      ' ',
      element('span', { lang: 'zh-CN' }, source),
    ),
  )
}

/** @param {Confidence | null} confidence */
function mark(confidence) {
  return confidence === 'SECONDARY' && element('span', { class: 'tag tag-wait' }, say(words.reference))
}

/** @param {number} fen */
function inYuan(fen) {
  return say(words.yuan, { amount: yuan(fen) })
}
