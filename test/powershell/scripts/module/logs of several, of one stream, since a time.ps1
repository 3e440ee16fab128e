$prefix = New-TestId
$ids = 'a', 'b' | ForEach-Object { "$prefix-$_" }
foreach ($id in $ids) {
    $null = Invoke-HcsContainer -Detach -Id $id -Command sh, -c, 'echo one; echo bad >&2; echo two; echo three'
    $null = Wait-HcsContainer $id
}
Assert-Equal @(Get-HcsLog "$prefix-*" -Stream stderr | ForEach-Object { "$($_.Id) $($_.Text)" } | Sort-Object) @($ids | ForEach-Object { "$_ bad" })
Assert-Equal @(Get-HcsLog $ids -Stream stdout | ForEach-Object { $_.Text }) @('one', 'two', 'three', 'one', 'two', 'three')
Assert-Equal @($ids | Get-HcsLog -Stream stderr | ForEach-Object { $_.Id }) $ids
Assert-Equal @(Get-HcsContainer "$prefix-*" | Get-HcsLog -Stream stderr).Count 2
# The last of the stream, whatever the other one wrote after it.
Assert-Equal @(Get-HcsLog $ids[0] -Stream stderr -Tail 1 | ForEach-Object { $_.Text }) @('bad')
Assert-Equal @(Get-HcsLog $ids[0] -Stream stdout -Tail 2 | ForEach-Object { $_.Text }) @('two', 'three')
Assert-Equal @(Get-HcsLog "$prefix-none-*").Count 0
Assert-Equal @(Get-HcsLog $ids[0] -Since 1h).Count 4
Assert-Equal @(Get-HcsLog $ids[0] -Since ([timespan]::FromHours(1))).Count 4
Assert-Equal @(Get-HcsLog $ids[0] -Since ([datetime]::UtcNow.AddDays(1))).Count 0
$null = Assert-Fails { Get-HcsLog $ids[0] -Since nonsense } 'invalidRequest,Get-HcsLog'
$ids | Remove-TestContainer
