/** The record of a person: all facts in the guide's groups, under the guide's printed labels. */

import { day, say, time } from '../language.js'
import { words as insurance } from '../texts/insurance.js'
import { words as shared } from '../texts/parts.js'
import { labels, words } from '../texts/record.js'
import { statuses } from '../texts/status.js'
import { element } from './element.js'
import { lifeLine, periods } from './life-line.js'
import { summaryList } from './summary-list.js'

/** @typedef {NonNullable<NonNullable<import('../documents/answers.js').Answers['record']['viewer']>['person']>} Person */
/** @typedef {NonNullable<NonNullable<NonNullable<import('../documents/answers.js').Answers['record-reveal']['viewer']>['person']>['revealed']>} Revealed */

/** Every group; with `revealed` the masked facts stand in full.
 * @param {Person} person
 * @param {Revealed | null} revealed */
export function recordView(person, revealed) {
  const full = revealed ?? { ...person, certificateNumber: person.nonMainlandInfo?.certificateNumber ?? null }
  return element(
    'div',
    { class: 'record' },
    element('div', { class: 'record-groups' }, groups(person, full, revealed)),
    insurances(person),
    enrolments(person.flexibleEmployment.enrolments),
  )
}

/** @param {Person} person @param {Omit<Revealed, 'disabilityGrade'>} full @param {Revealed | null} revealed */
function groups(person, full, revealed) {
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
      row('ethnicGroup', person.ethnicGroup?.name),
    ]),
    group(say(words.household), [
      row('householdRegistrationType', person.householdRegistrationType?.name),
      row('mobileNumber', full.mobileNumber, 'figures'),
      row('householdRegistrationAddress', full.householdRegistrationAddress),
      row('postalCode', person.postalCode, 'figures'),
      row('residentialAddress', full.residentialAddress),
    ]),
    group(say(words.work), [
      row('workStartDate', person.workStartDate, 'figures'),
      row('department', person.department),
      row('disabilityGrade', revealed ? revealed.disabilityGrade?.name : say(shared.hidden)),
      row('employmentScope', person.employmentScope?.name),
      row('hostEmployerName', person.hostEmployerName),
      row('publicSectorStaffCategory', person.publicSectorStaffCategory?.name),
      row('positionNature', person.positionNature?.name),
    ]),
    person.nonMainlandInfo && nonMainland(person.nonMainlandInfo, full.certificateNumber),
  ]
}

/** @param {NonNullable<Person['nonMainlandInfo']>} info @param {string | null} certificateNumber */
function nonMainland(info, certificateNumber) {
  return group(say(words.nonMainland), [
    row('chineseName', info.chineseName),
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
    lifeLine(person.insurances),
    periods(person.insurances),
  )
}

/** @param {Person['flexibleEmployment']['enrolments']} all */
function enrolments(all) {
  if (all.length === 0) return null
  return element(
    'section',
    {},
    element('h2', {}, say(words.enrolments)),
    summaryList(
      all.map((enrolment) => ({
        label: day(enrolment.registeredAt.slice(0, 10)),
        value: `${enrolment.district.name} · ${say(statuses[enrolment.status])}`,
        change: { address: `#/receipt/${enrolment.id}`, word: say(words.receipt), what: ` ${time(enrolment.registeredAt)}` },
      })),
    ),
  )
}

/** @param {string} title @param {import('./summary-list.js').Row[]} rows */
function group(title, rows) {
  return element('section', { class: 'record-group' }, element('h2', {}, title), summaryList(rows))
}

/** @param {keyof typeof labels} name @param {string | null | undefined} value @param {string} [look] */
function row(name, value, look = '') {
  return { label: say(labels[name]), value: value ? element('span', { class: look }, value) : null }
}
