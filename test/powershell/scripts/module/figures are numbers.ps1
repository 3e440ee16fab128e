$ids = @((Start-TestContainer), (Start-TestContainer))
$folder = New-Item -ItemType Directory -Path (Join-Path ([System.IO.Path]::GetTempPath()) (New-TestId))
try {
    $figures = @(Measure-HcsContainer $ids[0], $ids[1])
    Assert-True ($figures[0].CommitBytes -gt 0)
    Assert-True ($figures[0].UptimeSeconds -gt 0)
    # What the table calls them sorts, sums and selects.
    Assert-Equal ($figures | Measure-Object Memory -Sum).Sum ([double] ($figures[0].MemoryBytes + $figures[1].MemoryBytes)) 'sum'
    Assert-True (($figures | Measure-Object Memory -Sum).Sum -gt 0) 'memory in use'
    $figures[0].MemoryBytes = [uint64] 10
    $figures[1].MemoryBytes = [uint64] 9
    Assert-Equal @($figures | Sort-Object Memory | ForEach-Object Id) @($ids[1], $ids[0]) 'numbers, not texts'
    Assert-Equal @($figures | Where-Object Memory -gt 9 | ForEach-Object Id) @($ids[0]) 'filter'
    $chosen = $figures[0] | Select-Object Id, Cpu, Memory, Commit, Read, Written, Up
    foreach ($name in 'Cpu', 'Memory', 'Commit', 'Read', 'Written', 'Up') { Assert-True ($chosen.$name -is [ValueType]) $name }
    # A cell is a number each, and there are no more columns than members.
    $figures | Export-Csv "$folder/figures.csv"
    $row = @(Import-Csv "$folder/figures.csv")[0]
    foreach ($property in $row.PSObject.Properties | Where-Object Name -notin 'Id', 'ReadAt') { Assert-Match $property.Value '^[\d.,]+$' }
    Assert-Equal @($row.PSObject.Properties.Name) @('Id', 'ReadAt', 'UptimeSeconds', 'CpuSeconds', 'UserSeconds', 'KernelSeconds', 'MemoryBytes',
        'CommitBytes', 'PeakCommitBytes', 'ReadBytes', 'WriteBytes', 'ReceivedBytes', 'SentBytes')
    # As HCS tells them they are there as well.
    Assert-Equal $figures[0].Detail.Memory.CommitBytes ([long] $figures[0].CommitBytes)
    Assert-Equal @($figures[0].Detail.Network).Count 0
    $process = @(Get-HcsProcess $ids[0])[0]
    Assert-Equal ($process | Select-Object Commit).Commit $process.MemoryCommitBytes
} finally {
    Remove-Item $folder -Recurse
    $ids | Remove-TestContainer
}
