$id = Start-TestContainer
$null = Assert-Fails { Suspend-HcsContainer $id } 'unsupported,Suspend-HcsContainer'
Remove-TestContainer $id
$hyper = New-TestId
$null = Invoke-HcsContainer -Detach -Id $hyper -Isolation hyperv -Command sleep, 600
Assert-Equal (Suspend-HcsContainer $hyper -PassThru).Status 'paused'
Assert-Equal (Resume-HcsContainer $hyper -PassThru).Status 'running'
Remove-TestContainer $hyper
