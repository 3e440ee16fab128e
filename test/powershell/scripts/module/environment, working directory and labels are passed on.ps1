$lines = Invoke-HcsContainer -Remove -Environment @{ GREETING = 'hello "you"' } -WorkingDirectory /tmp sh, -c, 'echo $GREETING; pwd'
Assert-Equal @($lines) @('hello "you"', '/tmp')
