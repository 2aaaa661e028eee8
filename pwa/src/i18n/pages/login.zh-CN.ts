/** Texts of sign-in and of passwords (zh-CN). */
export default {
  'login.account': '账号',
  'login.password': '密码',
  'login.submit': '登录',
  'login.busy': '正在登录…',
  'login.lead': '登录一次，30 天内没有信号也能打开。',
  'login.again': '登录已过期。重新登录后，待上传的内容会接着上传。',
  'login.wrong': '账号或密码不正确',
  'login.offline': '现在没有网络。登录要连上网；登录过的手机，30 天内离线也能打开。',
  'login.tooMany': '尝试次数太多，请 {minutes} 分钟后再试。',
  'login.missing': '请填写账号和密码',
  'login.storage':
    '浏览器不让本页存数据（可能是无痕模式、存储已满或被清理）。请改用普通窗口，或腾出空间后再打开。',
  'login.evicted': '浏览器清除了这部手机上保存的数据。当时没有未上传的内容；登录后会重新下载。',
  'login.evictedUnsent':
    '浏览器清除了这部手机上保存的数据，其中 {n} 条还没有上传，已不在本机。如导出过文件，登录后可在“同步”里导入。',
  'login.blocked': '另一个标签页里还开着旧版的民情日记。请把它关掉，这一页就会打开。',
  'login.mustChange': '这是别人给你的初始密码，请先换成自己的密码。',

  'password.show': '显示',
  'password.hide': '隐藏',
  'password.title': '修改密码',
  'password.old': '原密码',
  'password.new': '新密码',
  'password.rule': '至少 8 位，不能与账号相同。',
  'password.again': '再输一次新密码',
  'password.differ': '两次输入的新密码不一样',
  'password.tooShort': '新密码至少 8 位',
  'password.missing': '请填写原密码',
  'password.submit': '换密码',
  'password.done': '密码已修改',
} as const;
