/** What the Hall keeps of its visitors, and for whom it is built. */
export const privacy = {
  title: { zh: '隐私', en: 'Privacy' },
  cookie: {
    zh: '本网厅只使用登录所需的一个Cookie，没有广告、统计或其他网站的内容。',
    en: 'The Hall sets one cookie, which signing in needs. There are no advertisements, no statistics and nothing from other sites.',
  },
  sessions: {
    zh: '每次登录记下浏览器、系统和所在网络的名称，不记完整的地址，供您在“登录设备”中辨认；退出登录时删除。',
    en: 'Each sign-in keeps the names of your browser, your system and your network, not the whole address, so that you recognise it under “Your devices”. Signing out deletes them.',
  },
  browser: {
    zh: '语言、字号和颜色的选择保存在您的浏览器中。填写中的内容只保存在当前窗口，提交、退出登录或关闭窗口后删除。',
    en: 'Your choice of language, type and colours is kept by your browser. What you type is kept in this window alone, until you send it, sign out or close the window.',
  },
  log: {
    zh: '工作人员每次查看您的信息，您每次显示完整信息，都记录时间、人员、目的和内容，您可以在“谁查看过我的信息”中看到，任何人都不能删改。',
    en: 'Each time staff look at your record, or you see it in full, the time, the person, the reason and what was shown are logged. You can read it under “Viewers”, and nobody can change it.',
  },
  rights: {
    zh: '您有权查阅、复制和请求更正自己的信息（《中华人民共和国个人信息保护法》第四十五条、第四十六条）。档案有误的，请到社保经办机构更正。',
    en: 'You may read, copy and have corrected what is held about you (Personal Information Protection Law, articles 45 and 46). Have mistakes corrected at the social insurance office.',
  },
}

export const accessibility = {
  title: { zh: '无障碍', en: 'Accessibility' },
  goal: {
    zh: '本网厅按《网页内容无障碍指南》（WCAG）2.2 的 AA 级制作：可以只用键盘、用读屏软件、放大到 400%，也可以选择大字版和深色。',
    en: 'The Hall is built to level AA of the Web Content Accessibility Guidelines (WCAG) 2.2: by keyboard alone, with a screen reader, at 400 %, in large type and in dark colours.',
  },
  time: {
    zh: '长时间不操作会自动退出，退出前会提醒；已填写的内容都会保留。',
    en: 'You are signed out after a while without use, with a warning before. What you typed is kept.',
  },
  help: {
    zh: '使用有困难的，请拨打12333，或到社保经办机构、街镇党群服务中心由工作人员帮助办理。',
    en: 'If something does not work for you, call 12333, or have it done with help at a social insurance office or a community service centre.',
  },
}
