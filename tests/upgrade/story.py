"""The actions in a Hall of some release, and the queries of its persons afterwards. All persons are invented."""

FILES = {
    "people.csv": """idNumber,name,ethnicGroup,mobileNumber,residentialAddress,householdRegistrationAddress,employerCode
120101199003079018,林海平,01,13800001234,和平区南京路1号,和平区海光路2号,
120101198506129027,古丽娜尔·买买提,05,13812345678,和平区南京路1号2门301,,
120105197811239039,𠮷𠀋,,,,,E1
""",
    "participations.csv": """idNumber,type,status,district,employerCode,employerName,firstEnrolledOn,startedOn,endedOn
120101199003079018,110,2,120101,E1,海河之畔船舶有限公司,2015-03-01,2015-03-01,2026-03-31
120101198506129027,110,2,120101,E1,海河之畔船舶有限公司,2010-07-01,2010-07-01,2026-05-31
120105197811239039,110,1,120105,E1,海河之畔船舶有限公司,2001-09-01,2001-09-01,
""",
    "subsidies.csv": """idNumber,district,startsOn,endsOn
120101198506129027,120101,2024-01-01,2025-12-31
""",
}  # fmt: skip
CITIZENS = {"lin": "120101199003079018", "gu": "120101198506129027", "ji": "120105197811239039"}
SIGN_IN = """
mutation ($input: SignInInput!) {
  signIn(input: $input) { __typename ... on SignedIn { viewer { account } } ... on Problem { code } }
}
"""
ENROL = """
mutation ($input: RegisterFlexibleEmploymentInput!) {
  registerFlexibleEmployment(input: $input) {
    __typename
    ... on FlexibleEmploymentRegistered { replayed enrolment { id } }
    ... on Problem { code message }
    ... on InvalidInput { fields { path message } }
  }
}
"""
WITHDRAW = """
mutation ($input: WithdrawFlexibleEmploymentInput!) {
  withdrawFlexibleEmployment(input: $input) { __typename ... on Problem { code } }
}
"""
LOOK_UP = """
query ($idNumber: String!) {
  person(idNumber: $idNumber, purpose: "核对停缴日期") { id }
}
"""
OWN = """
{
  viewer {
    account
    person {
      id name idNumber birthDate ethnicGroup { code } mobileNumber residentialAddress employer { name }
      insuredDistrict { code }
      insurances { type { code } status { code } district { code } startedOn endedOn employer { name } }
      flexibleEmployment {
        current { id }
        enrolments {
          id status district { code } noticeVersion channel
          receipt { number digest issuedAt lines { label value } }
          eligibilityAtRegistration { outcome on rulesVersion results { rule { code } outcome reason } }
        }
      }
    }
  }
}
"""
LOG = "{ viewer { person { accessLog { nodes { at actor organisation purpose fields } } } } }"


def form(key: str, notice: str) -> dict[str, str]:
    """Return an enrolment form with an idempotency key."""
    return {
        "idempotencyKey": key,
        "noticeVersion": notice,
        "insuredDistrict": "120101",
        "householdRegistrationType": "11",
        "ethnicGroup": "01",
        "residentialAddress": "和平区南京路1号2门301",
        "mobileNumber": "13800001234",
    }
