/** Names of the enrolment statuses and of the channels. */
export const statuses = {
  REGISTERED: { zh: '登记未缴费', en: 'registered, nothing paid yet' },
  ACTIVE: { zh: '参保缴费', en: 'active, paying' },
  SUSPENDED: { zh: '暂停缴费', en: 'suspended' },
  TERMINATED: { zh: '终止', en: 'terminated' },
  WITHDRAWN: { zh: '已撤回', en: 'withdrawn' },
}

export const channels = {
  WEB_HALL: { zh: '个人网厅', en: 'web hall' },
  APP: { zh: '“天津人力社保”APP', en: 'app' },
  KIOSK: { zh: '自助机', en: 'kiosk' },
  COUNTER: { zh: '经办窗口', en: 'counter' },
}
