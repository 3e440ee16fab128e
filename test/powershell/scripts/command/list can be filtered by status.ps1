$id = Start-TestContainer
$running = (hcs list | ConvertFrom-Json).items | Where-Object status -eq 'running'
Assert-True ($running.id -contains $id)
Remove-TestContainer $id
