/** Words of the three questions. */
export const words = {
  title: { zh: '我能办吗', en: 'Can I enrol?' },
  lead: {
    zh: '回答三个问题，按登录后同样的规则判断。不用登录，不保存。',
    en: 'Three questions, answered by the same rules as after signing in. No sign-in, and nothing is kept.',
  },
  situation: { zh: '职工养老、医疗保险现在怎样', en: 'How are you insured as an employee?' },
  employerStopped: { zh: '单位停缴了', en: 'My employer has stopped paying' },
  never: { zh: '从来没有参加过', en: 'I was never insured' },
  employerPays: { zh: '单位正在缴费', en: 'My employer is paying' },
  selfPays: { zh: '正在以个人身份缴费', en: 'I pay on my own account' },
  situationMissing: { zh: '请选择现在的参保情况', en: 'Choose how you are insured' },
  ask: { zh: '看结果', en: 'See the answer' },
  answer: { zh: '结果', en: 'The answer' },
  allMet: {
    zh: '这三项都符合；登录后按您的档案核对。',
    en: 'Nothing is against it; your record is checked once you sign in.',
  },
  signInToEnrol: { zh: '登录办理', en: 'Sign in to enrol' },
  assumed: {
    zh: '按持居民身份证、没有领取养老金推算。最后以登录后的结果为准。',
    en: 'This assumes a resident identity card and no pension. What counts is the answer after signing in.',
  },
}
