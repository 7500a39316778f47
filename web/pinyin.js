/** The pinyin of the ethnic groups by their code in GB/T 3304, for the search in the combobox. */

// A table of 58 entries, which is more readable with several per line.
// prettier-ignore
/** @type {Record<string, string>} */
const ETHNIC_GROUPS = {
  '01': 'han',
  '02': 'meng gu',
  '03': 'hui',
  '04': 'zang',
  '05': 'wei wu er',
  '06': 'miao',
  '07': 'yi',
  '08': 'zhuang',
  '09': 'bu yi',
  10: 'chao xian',
  11: 'man',
  12: 'dong',
  13: 'yao',
  14: 'bai',
  15: 'tu jia',
  16: 'ha ni',
  17: 'ha sa ke',
  18: 'dai',
  19: 'li',
  20: 'li su',
  21: 'wa',
  22: 'she',
  23: 'gao shan',
  24: 'la hu',
  25: 'shui',
  26: 'dong xiang',
  27: 'na xi',
  28: 'jing po',
  29: 'ke er ke zi',
  30: 'tu',
  31: 'da wo er',
  32: 'mu lao',
  33: 'qiang',
  34: 'bu lang',
  35: 'sa la',
  36: 'mao nan',
  37: 'ge lao',
  38: 'xi bo',
  39: 'a chang',
  40: 'pu mi',
  41: 'ta ji ke',
  42: 'nu',
  43: 'wu zi bie ke',
  44: 'e luo si',
  45: 'e wen ke',
  46: 'de ang',
  47: 'bao an',
  48: 'yu gu',
  49: 'jing',
  50: 'ta ta er',
  51: 'du long',
  52: 'e lun chun',
  53: 'he zhe',
  54: 'men ba',
  55: 'luo ba',
  56: 'ji nuo',
  97: 'qi ta',
  98: 'wai guo',
}

/** The search terms of an ethnic group: its syllables, and their initials.
 * @param {string} code */
export function spellings(code) {
  const syllables = (ETHNIC_GROUPS[code] ?? '').split(' ')
  return [syllables.join(''), syllables.map((syllable) => syllable.slice(0, 1)).join('')].filter(Boolean)
}
