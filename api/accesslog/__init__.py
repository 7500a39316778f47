"""谁查看过我的信息: who looked at what, and why."""
