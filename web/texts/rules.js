/** Words of the page that shows the rules. */
export const words = {
  contents: { zh: '目录', en: 'Contents' },
  title: { zh: '我们怎样判断', en: 'How we decide' },
  lead: {
    zh: '参保登记的每项条件，都写明条款原文、法律依据和随时间变化的参数。系统只按这些条件判断。',
    en: 'Every condition of enrolment: the clause word for word, the legal basis, and what changes with time. Nothing else decides.',
  },
  version: { zh: '规则版本 {version}', en: 'Rules version {version}' },
  scheme: { zh: '业务', en: 'Scheme' },
  on: { zh: '看哪一天的规则', en: 'The rules of which day?' },
  onHint: { zh: '例如 2026-01-01。不填写就是今天。', en: 'For example 2026-01-01; empty means today.' },
  show: { zh: '查看', en: 'Show' },
  asOf: { zh: '以下是 {day} 有效的规则。', en: 'These are the rules of {day}.' },
  legalBasis: { zh: '法律依据', en: 'Legal basis' },
  parameters: { zh: '参数', en: 'Parameters' },
  key: { zh: '名称', en: 'Name' },
  value: { zh: '取值', en: 'Value' },
  from: { zh: '起', en: 'From' },
  until: { zh: '止', en: 'Until' },
  examples: { zh: '{count} 种情形，逐条核对', en: '{count} situations, each checked (in Chinese)' },
  openEnd: { zh: '至今', en: 'still' },
  missing: { zh: '规则暂时无法显示。', en: 'The rules cannot be shown at present.' },
  dateWrong: {
    zh: '请按 年-月-日 输入真实的日期，例如 2026-01-01',
    en: 'Enter a real date as year-month-day, for example 2026-01-01',
  },
}
