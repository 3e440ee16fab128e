$slow = Start-TestContainer
$ids = 3, 4 | ForEach-Object {
    $id = New-TestId
    $null = Invoke-HcsContainer -Detach -Id $id -Command sh, -c, "exit $_"
    $id
}
foreach ($id in $ids) { $null = Wait-HcsContainer $id }
$ErrorActionPreference = 'Continue'
$failures = $null
$ended = @($slow, $ids[0], '../x', $slow, $ids[1], 'nope-1' | Wait-HcsContainer -Timeout 1 -ErrorAction SilentlyContinue -ErrorVariable failures)
Assert-Equal @($ended | ForEach-Object { $_.Id }) $ids
Assert-Equal @($ended | ForEach-Object { $_.ExitCode }) @(3, 4)
Assert-Equal @($failures | ForEach-Object { "$($_.TargetObject) $($_.FullyQualifiedErrorId)" } | Sort-Object) @(
    '../x invalidRequest,Wait-HcsContainer', 'nope-1 notFound,Wait-HcsContainer', "$slow timeout,Wait-HcsContainer"
)
$given = @(Wait-HcsContainer -Id ($ids + $slow) -Timeout 500ms -ErrorAction SilentlyContinue)
Assert-Equal @($given | ForEach-Object { $_.ExitCode }) @(3, 4)
Assert-Equal @(@() | Wait-HcsContainer).Count 0
# What comes later in the pipeline ends the first: whoever waits for that before it takes the next would wait in vain.
$ended = @(& { $slow; Stop-HcsContainer $slow -Force; $ids[0] } | Wait-HcsContainer -Timeout 10 -ErrorAction Stop)
Assert-Equal @($ended | ForEach-Object { $_.Id }) @($slow, $ids[0])
@($slow) + $ids | Remove-TestContainer
