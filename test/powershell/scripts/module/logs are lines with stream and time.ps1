$id = New-TestId
$null = Invoke-HcsContainer -Detach -Id $id -Command sh, -c, 'echo one; echo two >&2; echo three'
$null = Wait-HcsContainer $id
$lines = @(Get-HcsLog $id)
Assert-Equal @($lines.Text | Sort-Object) @('one', 'three', 'two')
Assert-Equal ($lines | Where-Object Text -eq two).Stream 'stderr'
Assert-Equal (@(Get-HcsLog $id -Tail 1)[0].PSObject.TypeNames[0]) 'HostCompute.LogLine'
Remove-TestContainer $id
