function Get-MemoryOfLast {
    $created = @((hcs simulator trace | ConvertFrom-Json).items | Where-Object operation -eq HcsCreateComputeSystem)[-1]
    ($created.arguments[1] | ConvertFrom-Json).MemoryMaximumInMB
}
$id = New-TestId
$null = New-HcsContainer -Id $id -Memory 256MB -Command sleep, 1
Assert-Equal (Get-MemoryOfLast) 256 'an argument'
Remove-TestContainer $id
foreach ($memory in 268435456, 256MB, '256MB', '256m') {
    $id = New-TestId
    $null = New-HcsContainer -Id $id -Memory $memory -Command sleep, 1
    Assert-Equal (Get-MemoryOfLast) 256 "$memory"
    Remove-TestContainer $id
}
