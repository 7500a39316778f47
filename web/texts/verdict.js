/** Words about verdicts. */
export const words = {
  pictureLabel: { zh: '办理条件共{all}项：{pass}项符合，{fail}项不符合，{unknown}项待确认。', en: '{all} conditions: {pass} met, {fail} not met, {unknown} to be settled.' },
  pass: { zh: '符合', en: 'Met' },
  fail: { zh: '不符合', en: 'Not met' },
  unknown: { zh: '待确认', en: 'Not settled' },
  conditions: { zh: '逐项看办理条件', en: 'Each condition' },
  clause: { zh: '依据条款', en: 'The clause' },
  legalBasis: { zh: '法律依据', en: 'Legal basis' },
  facts: { zh: '依据的事实', en: 'Judged by' },
  record: { zh: '来自个人档案', en: 'from your record' },
  request: { zh: '来自本次填写', en: 'from what you entered' },
  calendar: { zh: '来自日历', en: 'from the calendar' },
  why: { zh: '查看条款和依据', en: 'See the clause and the facts' },
  becomes: { zh: '从{day}起可以办理', en: 'Possible from {day}' },
  ceases: { zh: '最晚可以办理到{day}', en: 'Possible until {day}' },
  instead: { zh: '您可以这样做', en: 'What you can do instead' },
  rulesVersion: { zh: '规则版本 {version}', en: 'Rules version {version}' },
}
