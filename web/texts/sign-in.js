/** Words of the sign-in page. */
export const words = {
  title: { zh: '登录', en: 'Sign in' },
  again: {
    zh: '请先登录。登录后回到这个页面，已填写的内容都在。',
    en: 'Please sign in first. You will come back to this page, and what you typed is kept.',
  },
  account: { zh: '账号', en: 'Account' },
  password: { zh: '密码', en: 'Password' },
  accountMissing: { zh: '请输入账号', en: 'Enter your account' },
  passwordMissing: { zh: '请输入密码', en: 'Enter your password' },
  showPassword: { zh: '显示密码', en: 'Show the password' },
  help: {
    zh: '忘记密码的，请持本人身份证到社保经办机构或街镇党群服务中心重新设置。',
    en: 'If you forgot the password, have it set anew at a social insurance office, with your identity card.',
  },
  signIn: { zh: '登录', en: 'Sign in' },
  cookies: {
    zh: '浏览器没有保存登录状态，请允许本网站使用Cookie后再登录',
    en: 'Your browser did not keep the sign-in. Allow cookies for this site, then sign in again',
  },
  demo: { zh: '演示账号', en: 'Demo accounts' },
  demoText: {
    zh: '这里是演示环境，人物全部虚构。选一位，直接登录。',
    en: 'This is a demonstration; all people are invented. Choose one to sign in as.',
  },
  already: {
    zh: '您已登录：{account}。用其他账号登录前会先退出。',
    en: 'You are signed in as {account}. Signing in anew ends that session.',
  },
}
