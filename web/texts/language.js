/** Punctuation. */
export const words = {
  comma: { zh: '、', en: ', ' },
  colon: { zh: '：', en: ': ' },
}
