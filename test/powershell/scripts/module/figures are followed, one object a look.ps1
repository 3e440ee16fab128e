$prefix = New-TestId
$ids = 'a', 'b' | ForEach-Object { Start-TestContainer -Id "$prefix-$_" }
try {
    $looks = @(Measure-HcsContainer $ids[0] -Follow -Interval 50ms | Select-Object -First 3)
    Assert-Equal @($looks.Id) @($ids[0], $ids[0], $ids[0])
    Assert-True ($looks[2].UptimeSeconds -gt $looks[0].UptimeSeconds) 'one after the other'
    Assert-True ($looks[0].PSObject.TypeNames -contains 'HostCompute.Statistics')
    Assert-Equal @(Measure-HcsContainer "$prefix-*" -Follow -Interval 50ms | Select-Object -First 4 | ForEach-Object Id | Sort-Object -Unique) $ids 'wildcards'
    Assert-Equal @($ids | Measure-HcsContainer -Follow -Interval 50ms | Select-Object -First 2 | ForEach-Object Id | Sort-Object -Unique) $ids 'pipeline'
    Assert-True (@(Measure-HcsContainer -Follow -Interval 50ms | Select-Object -First 2).Count -eq 2) 'all'
    $null = Assert-Fails { Measure-HcsContainer "$prefix-none" -Follow } 'notFound'
    # Of one it ends with the container.
    $asked = $false
    $last = @(Measure-HcsContainer $ids[1] -Follow -Interval 50ms | ForEach-Object { if (-not $asked) { $asked = $true; Stop-HcsContainer $ids[1] -Force }; $_ })
    Assert-True ($last.Count -ge 1) 'ends'
} finally {
    $ids | Remove-TestContainer
}
