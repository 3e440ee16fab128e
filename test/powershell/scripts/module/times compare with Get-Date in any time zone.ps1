$id = Start-TestContainer
$utc = (Invoke-HcsContainer -Remove -Capture true).ExitedAt.ToUniversalTime()
Assert-True ([Math]::Abs(([datetime]::UtcNow - $utc).TotalMinutes) -lt 5) 'it has ended just now'
$zone = $env:TZ
try {
    foreach ($other in 'Asia/Tokyo', 'America/New_York') {
        # .NET looks at it where the machine's zone is not Windows' to tell.
        $env:TZ = $other
        [System.TimeZoneInfo]::ClearCachedData()
        $container = Get-HcsContainer $id
        foreach ($time in $container.CreatedAt, $container.StartedAt, (Get-HcsEvent $id)[0].Time) {
            Assert-Equal "$($time.Kind)" 'Local'
            Assert-True ([Math]::Abs(((Get-Date) - $time).TotalMinutes) -lt 5) "a time of just now, in $other"
        }
        Assert-True ($container.Duration -lt [timespan]::FromMinutes(5)) "the duration, in $other"
    }
} finally {
    $env:TZ = $zone
    [System.TimeZoneInfo]::ClearCachedData()
}
Remove-TestContainer $id
