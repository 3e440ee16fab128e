$id = New-TestId
$null = Invoke-HcsContainer -Detach -Id $id sh, -c, 'sleep 0.3; echo starting; echo ready; sleep 600'
Assert-Equal (Get-HcsLog $id -Follow | Where-Object Text -match ready | Select-Object -First 1).Text 'ready'
Assert-Equal (Get-HcsContainer $id).Status 'running'
# With the command alone.
Assert-Equal (hcs logs --follow $id | Where-Object { $_ -match 'ready' } | Select-Object -First 1) 'ready'
Assert-Equal (hcs state $id | ConvertFrom-Json).status 'running'
Remove-TestContainer $id
