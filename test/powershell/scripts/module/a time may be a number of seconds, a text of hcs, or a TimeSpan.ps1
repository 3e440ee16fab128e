$id = Start-TestContainer
foreach ($time in 0.3, '0.3', '300ms', [timespan]::FromMilliseconds(300), '0:0:0.3') {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $null = Assert-Fails { Wait-HcsContainer $id -Timeout $time } 'timeout'
    Assert-True ($watch.Elapsed.TotalMilliseconds -ge 290 -and $watch.Elapsed.TotalSeconds -lt 20) "$time took $($watch.Elapsed)"
}
Remove-TestContainer $id
