/** The record of a person: all facts in the guide's groups, with the guide's printed labels. */

import { day, say, time } from '../language.js'
import { words as insurance } from '../texts/insurance.js'
import { words as shared } from '../texts/parts.js'
import { labels, words } from '../texts/record.js'
import { statuses } from '../texts/status.js'
import { element } from './element.js'
import { periods } from './life-line.js'
import { unfolding } from './panel.js'
import { insuredElsewhere } from './self-paid.js'
import { summaryList } from './summary-list.js'

/** @typedef {NonNullable<NonNullable<import('../documents/answers.js').Answers['record']['viewer']>['person']>} Person */
/** @typedef {NonNullable<NonNullable<NonNullable<import('../documents/answers.js').Answers['record-reveal']['viewer']>['person']>['revealed']>} Revealed */

/** Every group; with `revealed` the facts are unmasked.
 * @param {Person} person
 * @param {Revealed | null} revealed */
export function recordView(person, revealed) {
  const full = revealed ?? {
    ...person,
    certificateNumber: person.nonMainlandInfo?.certificateNumber ?? null,
    chineseName: person.nonMainlandInfo?.chineseName ?? null,
  }
  return element(
    'div',
    { class: 'record' },
    person.recordedOn && element('p', { class: 'hint' }, say(words.recordedOn, { day: day(person.recordedOn) })),
    element('div', { class: 'record-groups' }, groups(person, full, revealed)),
    insurances(person),
    enrolments(person.schemes),
  )
}

/** The guide's groups; declared values are shown next to recorded ones.
 * @param {Person} person @param {Omit<Revealed, 'disabilityGrade' | 'declared'>} full @param {Revealed | null} revealed */
function groups(person, full, revealed) {
  const declared = declaration(person, revealed)
  return [
    group(say(words.employment), [
      row('employerCode', person.employer?.code, 'figures'),
      row('employer', person.employer?.name),
    ]),
    group(say(words.identity), [
      row('countryOrRegion', person.countryOrRegion?.name),
      row('idType', person.idType.name),
      row('idNumber', full.idNumber, 'figures'),
      row('name', full.name),
      row('sex', person.sex?.name),
      row('birthDate', full.birthDate, 'figures'),
      row('ethnicGroup', person.ethnicGroup?.name, '', [declared.ethnicGroup, declared.on]),
    ]),
    group(say(words.household), [
      row('householdRegistrationType', person.householdRegistrationType?.name, '', [
        declared.householdRegistrationType,
        declared.on,
      ]),
      row('mobileNumber', full.mobileNumber, 'figures', [declared.mobileNumber, declared.on]),
      row('householdRegistrationAddress', full.householdRegistrationAddress),
      row('postalCode', person.postalCode, 'figures'),
      row('residentialAddress', full.residentialAddress, '', [declared.residentialAddress, declared.on]),
    ]),
    group(say(words.work), [
      row('workStartDate', person.workStartDate, 'figures'),
      row('department', person.department),
      row('disabilityGrade', revealed ? revealed.disabilityGrade?.name : say(shared.hidden)),
      row('employmentScope', person.employmentScope?.name),
      row('hostEmployerName', person.hostEmployerName),
      row('publicSectorStaffCategory', person.publicSectorStaffCategory?.name),
      row('positionNature', person.positionNature?.name, '', [declared.positionNature, declared.on]),
    ]),
    person.nonMainlandInfo && nonMainland(person.nonMainlandInfo, full),
  ]
}

/** What the person gave on the form of the newest enrolment, by field; in full where it was revealed.
 * @param {Person} person @param {Revealed | null} revealed
 * @returns {Record<string, string | undefined>} */
function declaration({ schemes }, revealed) {
  const all = schemes
    .flatMap(({ enrolmentConnection: { nodes } }) => nodes)
    .filter(({ status }) => status !== 'WITHDRAWN')
  const [newest] = all.sort((one, other) => other.registeredAt.localeCompare(one.registeredAt))
  if (newest === undefined) return {}
  const full = revealed?.declared.find((form) => form.id === newest.id)
  return {
    ...Object.fromEntries(newest.declaredLines.map(({ field, value }) => [field, value])),
    ...(full && { mobileNumber: full.mobileNumber, residentialAddress: full.residentialAddress }),
    on: newest.registeredAt.slice(0, 10),
  }
}

/** @param {NonNullable<Person['nonMainlandInfo']>} info @param {{ certificateNumber: string | null, chineseName: string | null }} full */
function nonMainland(info, { certificateNumber, chineseName }) {
  return group(say(words.nonMainland), [
    row('chineseName', chineseName),
    row('employmentPermitType', info.employmentPermitType?.name),
    row('employmentPermitExpiryDate', info.employmentPermitExpiryDate, 'figures'),
    row('exemptionCertificateType', info.exemptionCertificateType?.name),
    row('certificateNumber', certificateNumber, 'figures'),
    row('exemptionStartDate', info.exemptionStartDate, 'figures'),
    row('exemptionEndDate', info.exemptionEndDate, 'figures'),
  ])
}

/** @param {Person} person */
function insurances(person) {
  return element(
    'section',
    {},
    element('h2', {}, say(insurance.title)),
    person.insurances.length === 0 && element('p', {}, say(insurance.none)),
    periods(person.insurances),
  )
}

/** The enrolments of each scheme, or that the person is insured by it elsewhere.
 * @param {Person['schemes']} schemes */
function enrolments(schemes) {
  const shown = schemes.filter(
    ({ enrolmentConnection: { nodes }, selfPaid }) => nodes.length > 0 || selfPaid.length > 0,
  )
  if (shown.length === 0) return null
  return element(
    'section',
    {},
    element('h2', {}, say(words.enrolments)),
    shown.map(({ about, enrolmentConnection: { nodes: all }, selfPaid: [own] }) => [
      element('h3', {}, about.title),
      all.length === 0 && own && element('p', {}, insuredElsewhere(own)),
      summaryList(
        all.map((enrolment) => ({
          label: day(enrolment.registeredAt.slice(0, 10)),
          value: `${enrolment.district.name} · ${say(statuses[enrolment.status])}`,
          change: {
            address: `#/receipt/${enrolment.id}`,
            word: say(words.receipt),
            what: ` ${time(enrolment.registeredAt)}`,
          },
        })),
      ),
    ]),
  )
}

/** @param {string} title @param {import('./summary-list.js').Row[]} rows */
function group(title, rows) {
  const isEmpty = rows.every(({ value }) => !value)
  return element(
    'section',
    { class: 'record-group' },
    element('h2', {}, title),
    isEmpty ? unfolding(say(words.emptyGroup, { count: rows.length }), summaryList(rows)) : summaryList(rows),
  )
}

/** A fact, and the declared value with its date if it differs.
 * @param {keyof typeof labels} name @param {string | null | undefined} value @param {string} [look]
 * @param {[(string | null)?, string?]} [declared] */
function row(name, value, look = '', [said, on] = []) {
  const recorded = value ? element('span', { class: look }, value) : null
  if (!said || !on || said === value) return { label: say(labels[name]), value: recorded }
  const own = element(
    'span',
    { class: 'declared' },
    element('span', { class: look }, said),
    element('span', { class: 'hint' }, say(words.declared, { day: day(on) })),
  )
  return {
    label: say(labels[name]),
    value: element('span', {}, recorded ?? element('span', { class: 'missing' }, say(shared.empty)), own),
  }
}
