"""Games 趣味小游戏: a wheel, things to be caught, pairs to be found; what can be decided the server decides."""
