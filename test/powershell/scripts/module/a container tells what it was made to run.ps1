$id = New-TestId
$null = Invoke-HcsContainer -Detach -Id $id -HostName box -WorkingDirectory /tmp -Environment COLOUR=hunter22, SIZE=L -Command sh, -c, 'exit 0'
$container = Get-HcsContainer $id
Assert-Equal $container.Program.CommandLine 'sh -c "exit 0"'
Assert-Equal $container.Program.Cwd '/tmp'
Assert-Equal @($container.Program.Environment) @('COLOUR', 'SIZE')
Assert-Equal $container.Hostname 'box'
# Values are secrets.
Assert-True (($container | ConvertTo-Json -Depth 5) -notmatch 'hunter22') 'no value is told'
$null = Wait-HcsContainer $id
Remove-TestContainer $id
