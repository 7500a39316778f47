/** Words of the page for an unknown URL. */
export const words = {
  title: { zh: '没有找到这个页面', en: 'There is no such page' },
  text: {
    zh: '地址可能输错了，或者页面已经移动。您要找的可能是：',
    en: 'The address may be mistyped, or the page has moved. Perhaps you are looking for:',
  },
  search: { zh: '查找服务', en: 'Find a service' },
  none: { zh: '没有相符的服务，请换个说法，或者拨打：', en: 'Nothing matches. Try other words, or call:' },
  count: { zh: '{count} 项服务', en: 'Services: {count}' },
  toHome: { zh: '回到首页', en: 'To the home page' },
  mayI: { zh: '我能办吗', en: 'May I enrol?' },
  // What people call a service, beside its title.
  terms: {
    enrol: {
      zh: '灵活就业 城乡居民 养老 社保 办理 撤回',
      en: 'register flexible residents pension withdraw',
    },
    mayI: { zh: '条件 资格 失业 停缴 第一次', en: 'eligible conditions unemployed' },
    record: { zh: '个人基本信息 档案 参保记录 险种 查询', en: 'personal information insurance' },
    access: { zh: '访问记录 查询记录 隐私', en: 'log privacy' },
    calendar: { zh: '缴费 期限 截止 什么时候 税务', en: 'pay deadline when tax' },
    contributions: { zh: '缴费 基数 多少钱 费用 计算', en: 'pay base cost' },
    retirement: { zh: '退休 年龄 养老金 延迟', en: 'retire age pension' },
    verify: { zh: '回执 真伪 校验码 二维码', en: 'genuine digest' },
    rules: { zh: '规则 政策 法律 依据', en: 'law policy' },
    sessions: { zh: '设备 密码 安全 退出', en: 'device sign out' },
    signIn: { zh: '账号 密码', en: 'account log in' },
    privacy: { zh: '个人信息保护', en: 'data protection' },
    accessibility: { zh: '大字 读屏 老年', en: 'large type screen reader' },
  },
}
