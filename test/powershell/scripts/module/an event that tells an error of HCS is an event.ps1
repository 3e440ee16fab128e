$last = @(Get-HcsEvent)[-1].Cursor
$null = hcs simulator fault set HcsCreateComputeSystem --error 0x80070005 --count 1
$id = New-TestId
$null = Assert-Fails { New-HcsContainer -Id $id -Command sleep, 1 }
$told = @(Get-HcsEvent -Id $id -After $last | Where-Object Type -eq exit)
Assert-Equal $told.Count 1
Assert-Match $told[0].Error 'HcsCreateComputeSystem'
Remove-TestContainer $id
