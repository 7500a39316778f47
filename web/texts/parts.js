/** Words of the parts that many pages share. */
export const words = {
  optional: { zh: '（选填）', en: ' (optional)' },
  problemTitle: { zh: '请检查以下内容', en: 'There is a problem' },
  errorPrefix: { zh: '错误：', en: 'Error: ' },
  sending: { zh: '正在提交，请稍候……', en: 'Sending. Please wait…' },
  lostTitle: { zh: '暂时连接不上网厅', en: 'The Hall cannot be reached' },
  lostText: {
    zh: '您填写的内容都已保留，没有丢失。请检查网络后再试一次；重复提交不会产生两份登记。',
    en: 'Everything you typed is kept. Check the connection and try again; sending twice never registers twice.',
  },
  retry: { zh: '再试一次', en: 'Try again' },
  noMatches: { zh: '没有相符的选项', en: 'Nothing matches' },
  matches: { zh: '{count} 个选项，用上下键选择', en: '{count} options, use the arrow keys' },
  openList: { zh: '显示全部选项', en: 'Show all options' },
  pleaseChoose: { zh: '请选择', en: 'Please choose' },
  back: { zh: '返回', en: 'Back' },
  support: { zh: '咨询时请提供编号：{reference}', en: 'If you contact us, quote: {reference}' },
  print: { zh: '打印或保存为 PDF', en: 'Print or save as PDF' },
  empty: { zh: '未登记', en: 'Not recorded' },
  hidden: { zh: '已隐藏', en: 'Hidden' },
  due: { zh: '{day}前', en: 'by {day}' },
  openLink: { zh: '前往办理', en: 'Go there' },
}
