// Builds records from database rows, with masks and names of codes.

import { codes } from './codes.js'
import * as masks from './masks.js'

const idType = codes('id_type')
const sex = codes('sex')
const ethnicGroup = codes('ethnic_group')
const countryOrRegion = codes('country_or_region')
const householdRegistrationType = codes('household_registration_type')
const employmentScope = codes('employment_scope')
const publicSectorStaffCategory = codes('public_sector_staff_category')
const positionNature = codes('position_nature')
const district = codes('district')
const insuranceType = codes('insurance_type')
const participationStatus = codes('participation_status')

/** @typedef {Record<string, any>} Row */

/**
 * Returns a person's record; the row has the employer's columns.
 * @param {Row} person
 * @param {Row[]} periods
 */
export const record = (person, periods) => ({
  id: person.public_id,
  name: masks.name(person.name),
  idType: idType(person.id_type),
  idNumber: masks.number(person.id_number),
  sex: sex(person.sex),
  birthDate: masks.birthDate(person.birth_date),
  ethnicGroup: ethnicGroup(person.ethnic_group),
  countryOrRegion: countryOrRegion(person.country_or_region),
  householdRegistrationType: householdRegistrationType(person.household_registration_type),
  householdRegistrationAddress: masks.address(person.household_registration_address),
  residentialAddress: masks.address(person.residential_address),
  postalCode: person.postal_code,
  mobileNumber: masks.number(person.mobile_number),
  workStartDate: person.work_start_date,
  department: person.department,
  employmentScope: employmentScope(person.employment_scope),
  hostEmployerName: person.host_employer_name,
  publicSectorStaffCategory: publicSectorStaffCategory(person.public_sector_staff_category),
  positionNature: positionNature(person.position_nature),
  insuredDistrict: district(person.insured_district),
  employer: employer(person),
  insurances: periods.map(participation)
})

/** @param {Row} period */
const participation = period => ({
  type: insuranceType(period.type),
  status: participationStatus(period.status),
  district: district(period.district),
  employer: employer(period),
  firstEnrolledOn: period.first_enrolled_on,
  startedOn: period.started_on,
  endedOn: period.ended_on
})

/** @param {Row} row */
const employer = row => (row.employer_code === null ? null : { code: row.employer_code, name: row.employer_name })
