$id = Start-TestContainer
$stopped = Stop-HcsContainer $id -Force -PassThru
Assert-Equal $stopped.Status 'stopped'
Remove-TestContainer $id
