$id = Start-TestContainer
$null = Assert-Fails { Remove-HcsContainer $id -Confirm:$false } 'failedPrecondition,Remove-HcsContainer'
Assert-Equal (Get-HcsContainer $id).Status 'running'
Remove-TestContainer $id
