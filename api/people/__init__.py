"""Who you are: 个人基本信息查询."""
