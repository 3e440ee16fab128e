$id = Start-TestContainer
$following = [powershell]::Create().AddScript("Import-Module '$((Get-Module HostCompute).Path)'; Get-HcsEvent $id -Follow -After 0 -Until delete")
$running = $following.BeginInvoke()
Assert-Equal @(Get-HcsEvent -Follow -After 0 -MaxEvents 2).Count 2
Stop-HcsContainer $id -Force
Assert-Equal @(Get-HcsEvent $id -Follow -Until exit).Count 0 'it has ended before'
Remove-HcsContainer $id -Confirm:$false
$events = $following.EndInvoke($running)
Assert-Equal ($events.Type -join ' ') 'create start stopping exit delete'
Assert-Equal (Get-HcsEvent $id -Until start | Select-Object -Last 1).Type 'start'
$null = Assert-Fails { Get-HcsEvent -Until 5m } 'ParameterArgumentValidationError'
