$id = New-TestId
$created = New-HcsContainer -Id $id -Command sleep, 600
Assert-Equal $created.Status 'created'
$started = $created | Start-HcsContainer -PassThru
Assert-Equal $started.Status 'running'
Assert-True ($started.Pid -gt 0)
$stopped = $started | Stop-HcsContainer -PassThru
Assert-Equal $stopped.Status 'stopped'
Assert-Equal ($stopped.ExitedAt -is [datetime]) $true
$stopped | Remove-HcsContainer -Confirm:$false
$null = Assert-Fails { Get-HcsContainer $id } 'notFound'
