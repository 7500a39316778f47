/** Words of ranges. */
export const words = {
  fromTo: { zh: '{from}至{to}', en: '{from} to {to}' },
}
