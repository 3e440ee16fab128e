$id = Start-TestContainer
Assert-Equal ('b', 'ä' | Invoke-HcsCommand $id sort) @('b', 'ä')
Assert-Equal (@{ n = 1 }, @{ n = 2 } | ConvertTo-Json | Invoke-HcsCommand $id cat | ConvertFrom-Json).n @(1, 2)
Assert-Equal (1, 2 | Invoke-HcsCommand -Id $id -Command cat) @('1', '2')
Assert-Equal @(@() | Invoke-HcsCommand $id wc, -c)[0].Trim() '0'
$other = Start-TestContainer
Assert-Equal @(Get-HcsContainer $id, $other | Invoke-HcsCommand -Command echo, hi) @('hi', 'hi')
Assert-Equal @(@() | Invoke-HcsCommand -Command echo, hi).Count 0
Assert-Equal (Invoke-HcsCommand $id cat -InputText typed) 'typed'
$id, $other | Remove-TestContainer
