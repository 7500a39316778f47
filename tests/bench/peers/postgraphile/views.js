// What PostGraphile serves: views of the Hall's tables with the names, masks and codes of the schema, in a database schema
// of their own. Smart tags in comments tell it what constraints would.

import { entries } from '../codes.js'

export const SCHEMA = 'peer'

/** Returns the SQL expression of a code with its name, or null; an unknown code is its own name. */
const coded = (table, column) => {
  const names = JSON.stringify(Object.fromEntries(entries(table))).replaceAll("'", "''")
  const name = `coalesce('${names}'::jsonb ->> ${column}, ${column})`
  return `CASE WHEN ${column} IS NOT NULL THEN (${column}, ${name})::${SCHEMA}.coded_value END`
}

const EMPLOYER = `CASE WHEN employer.code IS NOT NULL THEN (employer.code, employer.name)::${SCHEMA}.employer END`
// OFFSET keeps the planner from reading all employers for each person.
const joinedEmployer = table =>
  `LEFT JOIN LATERAL (SELECT code, name FROM employer WHERE id = ${table}.employer_id OFFSET 0) AS employer ON true`

// The masks of api/people/masks.py.
const maskedNumber = column => `CASE
  WHEN length(${column}) > 8 THEN left(${column}, 3) || repeat('*', length(${column}) - 7) || right(${column}, 4)
  ELSE repeat('*', length(${column}))
END`
const DISTRICT = '(?<!自治)(?<!行政)(?<![小社园厂校院街片宅活属舍景])区|县|(?<![红彩])旗'
const CITY = '(?<![超城门夜菜早])市'
const REGION = '自治区|特别行政区'
const maskedAddress = column => {
  const begin = `left(${column}, 30)`
  const ends = [DISTRICT, CITY, REGION].map(pattern => `nullif(regexp_instr(${begin}, '${pattern}', 1, 1, 1), 0)`)
  return `left(${column}, coalesce(${ends.join()}, 1) - 1) || '****'`
}

/** Returns the statements that hide columns, which only plans use. */
const hidden = (...columns) =>
  columns.map(column => `COMMENT ON COLUMN ${SCHEMA}.${column} IS '@behavior -*';`).join('\n')

export const VIEWS = `
BEGIN;
DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE;
CREATE SCHEMA ${SCHEMA};
CREATE TYPE ${SCHEMA}.coded_value AS (code text, name text);
CREATE TYPE ${SCHEMA}.employer AS (code text, name text);

CREATE VIEW ${SCHEMA}.person AS
SELECT
  person.id AS number,
  person.insured_district AS scope,
  person.public_id,
  left(person.name, 1) || '*' AS name,
  ${coded('id_type', 'person.id_type')} AS id_type,
  ${maskedNumber('person.id_number')} AS id_number,
  ${coded('sex', 'person.sex')} AS sex,
  left(person.birth_date::text, 4) || '-**-**' AS birth_date,
  ${coded('ethnic_group', 'person.ethnic_group')} AS ethnic_group,
  ${coded('country_or_region', 'person.country_or_region')} AS country_or_region,
  ${coded('household_registration_type', 'person.household_registration_type')} AS household_registration_type,
  ${maskedAddress('person.household_registration_address')} AS household_registration_address,
  ${maskedAddress('person.residential_address')} AS residential_address,
  person.postal_code,
  ${maskedNumber('person.mobile_number')} AS mobile_number,
  person.work_start_date,
  person.department,
  ${coded('employment_scope', 'person.employment_scope')} AS employment_scope,
  person.host_employer_name,
  ${coded('public_sector_staff_category', 'person.public_sector_staff_category')} AS public_sector_staff_category,
  ${coded('position_nature', 'person.position_nature')} AS position_nature,
  ${coded('district', 'person.insured_district')} AS insured_district,
  ${EMPLOYER} AS employer
FROM person ${joinedEmployer('person')};
COMMENT ON VIEW ${SCHEMA}.person IS '@primaryKey number';
${hidden('person.number', 'person.scope', 'person.public_id')}

CREATE VIEW ${SCHEMA}.participation AS
SELECT
  participation.id AS number,
  participation.person_id AS person,
  ${coded('insurance_type', 'participation.type')} AS type,
  ${coded('participation_status', 'participation.status')} AS status,
  ${coded('district', 'participation.district')} AS district,
  ${EMPLOYER} AS employer,
  participation.first_enrolled_on,
  participation.started_on,
  participation.ended_on
FROM participation ${joinedEmployer('participation')};
COMMENT ON VIEW ${SCHEMA}.participation IS '@primaryKey number';
${hidden('participation.number', 'participation.person')}

CREATE VIEW ${SCHEMA}.viewer AS
SELECT session.secret_digest AS token_digest, account.person_id AS person
FROM session JOIN account ON account.id = session.account_id
WHERE session.kind = 'PROGRAM' AND session.expires_at > now();
COMMENT ON VIEW ${SCHEMA}.viewer IS '@primaryKey token_digest';
${hidden('viewer.token_digest', 'viewer.person')}

CREATE VIEW ${SCHEMA}.staff AS
SELECT
  session.secret_digest AS token_digest,
  account.name,
  account.organisation,
  ARRAY(SELECT jsonb_array_elements_text(account.districts)) AS districts
FROM session JOIN account ON account.id = session.account_id
WHERE session.kind = 'PROGRAM' AND session.expires_at > now() AND account.role <> 'CITIZEN';
COMMENT ON VIEW ${SCHEMA}.staff IS '@primaryKey token_digest';
COMMIT;
`
