$id = New-TestId
$null = Invoke-HcsContainer -Detach -Id $id -Environment @{ COLOUR = 'red' } -Command sleep, 600
Assert-Equal (Invoke-HcsCommand $id sh, -c, 'echo $COLOUR') 'red'
Assert-Equal (Invoke-HcsCommand $id sh, -c, 'echo $COLOUR' -Environment @{ COLOUR = 'blue' }) 'blue'
Assert-Equal (Invoke-HcsCommand $id cat -InputText 'typed') 'typed'
Assert-Equal (Invoke-HcsCommand $id sh, -c, 'exit 6' -Capture).ExitCode 6
Remove-TestContainer $id
