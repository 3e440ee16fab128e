$id = New-TestId
$result = Invoke-HcsContainer -Id $id -Capture -Command sh, -c, 'sleep 0.2; exit 3'
$container = Get-HcsContainer $id
$exit = Wait-HcsContainer $id
foreach ($one in $result, $container, $exit) {
    Assert-Equal $one.StartedAt $container.StartedAt
    Assert-Equal $one.Duration ($container.ExitedAt - $container.StartedAt)
}
Assert-True ($exit.Duration -ge [timespan]::FromMilliseconds(200)) 'it took as long as its program'
# No column of an export that nobody asked for.
Assert-True (($container | ConvertTo-Csv)[0] -notmatch 'Duration') 'no column of it'
Assert-True ((Get-HcsContainer $id | Select-Object Id, Duration | ConvertTo-Csv)[1] -match "$id.*00:00:00") 'it can be asked for'
# Of what runs until now; of what never ran none.
$running = Start-TestContainer
Assert-True ((Get-HcsContainer $running).Duration -gt [timespan]::Zero) 'one that runs has one'
$idle = (New-HcsContainer -Command true).Id
Assert-Equal (Get-HcsContainer $idle).Duration $null
$idle | Stop-HcsContainer
Assert-Equal (Wait-HcsContainer $idle).StartedAt $null
$id, $running, $idle | Remove-TestContainer
