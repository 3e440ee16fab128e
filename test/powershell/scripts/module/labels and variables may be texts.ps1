$id = New-TestId
$null = New-HcsContainer -Id $id -Label team=red, tier=web -Environment A=1, 'B=x=y' -Command sh, -c, 'printf %s "$A $B"'
Assert-Equal (Get-HcsContainer $id).Labels['team'] 'red'
Assert-Equal (Get-HcsContainer $id).Labels['tier'] 'web'
Start-HcsContainer $id
$null = Wait-HcsContainer $id -Timeout 30
Assert-Equal (Get-HcsLog $id).Text '1 x=y'
Remove-HcsContainer $id -Confirm:$false
Assert-Equal (Invoke-HcsContainer -Remove -Environment A=1 -Command sh, -c, 'echo $A') '1'
# A table, and both.
Assert-Equal (Invoke-HcsContainer -Remove -Environment @{ A = 2 }, 'B=3' -Command sh, -c, 'echo $A$B') '23'
Assert-Equal (Invoke-HcsContainer -Remove -Environment ([ordered] @{ A = 4 }) -Command sh, -c, 'echo $A') '4'

$running = Start-TestContainer
Assert-Equal (Invoke-HcsCommand $running -Environment A=5 -Command sh, -c, 'echo $A') '5'
# One error, which says how it is written.
foreach ($command in { New-HcsContainer -Label red sleep, 1 }, { Invoke-HcsContainer -Environment A sleep, 1 }, { Invoke-HcsCommand $running -Environment =1 -Command ls }) {
    Assert-Match "$(Assert-Fails $command 'ParameterArgumentValidationError')" "has no name and value: expected a text such as team=red, or a table"
}
Remove-TestContainer $running
