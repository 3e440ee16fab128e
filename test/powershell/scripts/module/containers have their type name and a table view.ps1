$id = Start-TestContainer
$container = Get-HcsContainer $id
Assert-Equal $container.PSObject.TypeNames[0] 'HostCompute.Container'
$text = $container | Out-String -Width 150
Assert-Match $text 'Id +Status +Exit +Pid +CreatedAt'
Assert-Match $text "$id +running"
Remove-TestContainer $id
