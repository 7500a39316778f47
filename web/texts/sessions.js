/** Words of the page of sessions. */
export const words = {
  title: { zh: '登录设备', en: 'Where you are signed in' },
  lead: {
    zh: '您的账号目前在这些设备上登录。有不认识的，请立即结束，并修改密码。',
    en: 'These are all the places where your account is signed in. End what you do not know, and change your password.',
  },
  program: { zh: '程序令牌', en: 'Token of a program' },
  current: { zh: '本次登录', en: 'this one' },
  unknown: { zh: '未知设备', en: 'unknown device' },
  network: { zh: '网络', en: 'Network' },
  started: { zh: '登录时间', en: 'Signed in' },
  used: { zh: '最近使用', en: 'Last used' },
  expires: { zh: '到期时间', en: 'Ends' },
  endOthers: { zh: '结束其他全部登录', en: 'End all other sessions' },
  end: { zh: '结束这次登录', en: 'End this session' },
}
