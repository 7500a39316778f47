/** Words about insurance participations. */
export const words = {
  title: { zh: '参保经历', en: 'Your insurance through time' },
  none: { zh: '没有参保记录。', en: 'No insurance is recorded.' },
  status: { zh: '参保状态', en: 'State' },
  district: { zh: '参保区县', en: 'District' },
  self: { zh: '个人', en: 'Oneself' },
  period: { zh: '本次参保期间', en: 'Period' },
  first: { zh: '首次参保', en: 'First joined' },
  insuredElsewhere: {
    zh: '本人缴费，已参保（非网厅登记）',
    en: 'Insured and paid for by the person, not enrolled here',
  },
  since: { zh: '{day}起', en: 'since {day}' },
  now: { zh: '至今', en: 'now' },
  unknownStart: { zh: '起始不详', en: 'start unknown' },
  today: { zh: '今天', en: 'today' },
}
