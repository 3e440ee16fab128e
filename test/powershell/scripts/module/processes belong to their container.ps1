$id = Start-TestContainer
$processes = @(Get-HcsContainer $id | Get-HcsProcess)
Assert-Equal $processes[0].ImageName 'sleep'
Assert-Equal $processes[0].ContainerId $id
Assert-Equal $processes[0].ProcessId 'init'
Remove-TestContainer $id
