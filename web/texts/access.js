/** Words of the access log. */
export const words = {
  title: { zh: '谁查看过我的信息', en: 'Who has looked at my record' },
  lead: {
    zh: '工作人员每次查看您的信息，您每次显示完整信息，都记在这里，任何人都不能删改。',
    en: 'Every look of staff at your record, and each time it was shown in full to you. Nobody can change this list.',
  },
  who: { zh: '查看人', en: 'Who' },
  everyone: { zh: '全部', en: 'everyone' },
  staff: { zh: '工作人员', en: 'staff' },
  self: { zh: '本人', en: 'yourself' },
  inFull: { zh: '显示了完整信息。', en: 'Shown in full.' },
  masked: { zh: '只显示了已部分隐藏的信息。', en: 'Shown in part: names and numbers were masked.' },
  none: { zh: '还没有记录。', en: 'There is none yet.' },
  purpose: { zh: '目的', en: 'Why' },
  notStated: { zh: '未说明', en: 'not stated' },
  fields: { zh: '查看的内容', en: 'What' },
  more: { zh: '显示更早的记录', en: 'Show earlier ones' },
  noPerson: { zh: '工作账号没有个人参保信息。', en: 'A staff account has no record of its own.' },
  by: { zh: '账号 {actor}', en: 'account {actor}' },
  lists: {
    zh: '工作人员查询时只查到您一人的，也列在这里；一次显示多人的名单由系统另行记录。',
    en: 'A search of staff that found you alone stands here too. Lists of several people are logged apart.',
  },
  complaint: { zh: '对某次查看有疑问，请拨打 12333。', en: 'If a look seems wrong to you, call 12333.' },
}
