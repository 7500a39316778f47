/** Punctuation. */
export const words = {
  comma: { zh: '、', en: ', ' },
  colon: { zh: '：', en: ': ' },
  span: { zh: '{from}至{to}', en: '{from} to {to}' },
}
