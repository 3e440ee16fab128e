$id = 'tables-of-a-container-with-an-id-that-is-long-' + (New-TestId)
$null = Start-TestContainer -Id $id
$null = Invoke-HcsCommand $id sh, -c, 'exit 3'
$after = (Get-HcsEvent $id -MaxEvents 1).Cursor
# What is too wide for a column ends in an ellipsis; a column that has no room is not there at all.
foreach ($width in 80, 120) {
    $table = @(Get-HcsEvent $id -After ($after - 1) | Out-String -Width $width -Stream | Where-Object { $_.Trim() })
    Assert-Match $table[0] '^Time +Type +ContainerId +ProcessId +Detail +Cursor$'
    Assert-Match $table[2] '^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  ?create +tables-'
    Assert-Match ($table -match ' start ')[0] ' pid \d+ +\d+$'
    Assert-Match ($table -match ' exit ')[0] ' code 3 +\d+$'
    Assert-Equal @($table | Where-Object Length -gt $width).Count 0
}
$short = Start-TestContainer
$table = @(Get-HcsContainer $short | Out-String -Width 80 -Stream | Where-Object { $_.Trim() })
Assert-Match $table[0] '^Id +Status +Exit +Pid CreatedAt *$'
$table = @(Get-HcsContainer $id | Out-String -Width 80 -Stream | Where-Object { $_.Trim() })
Assert-Equal (@($table | Select-Object -Skip 2 | ForEach-Object { $_.Substring(0, [Math]::Min(31, $_.Length)).Trim() }) -join '') $id
Assert-Match (@(Measure-HcsContainer $short | Out-String -Width 80 -Stream) -match '^Id')[0] '^Id +Cpu +Memory +Commit +Read +Written +Up$'
Assert-Match (@(Get-HcsProcess $short | Out-String -Width 80 -Stream) -match 'ImageName')[0] '^ *Pid ImageName +ProcessId +Commit +User ContainerId$'
$id, $short | Remove-TestContainer
