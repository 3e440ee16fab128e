$team = New-TestId
$build = Start-TestContainer -Label @{ team = $team; stage = 'a=b' }
$test = Start-TestContainer -Label @{ team = $team; stage = 'test' }
$other = Start-TestContainer -Label @{ team = "$team-2" }
$found = { param([object[]] $label) @(Get-HcsContainer -Label $label | ForEach-Object { $_.Id } | Sort-Object) }
Assert-Equal @(& $found "team=$team") @($build, $test | Sort-Object)
Assert-Equal @(& $found "team=$team", 'stage=a=b') @($build)
Assert-Equal @(& $found @{ team = $team; stage = 'test' }) @($test)
Assert-Equal (@(& $found 'team') -contains $other) $true 'a label of any value'
Assert-Equal @(& $found "team=$team", 'stage=none').Count 0
Assert-Equal @(Get-HcsContainer $build, $test -Label stage=test | ForEach-Object { $_.Id }) @($test)
Assert-Equal @(Get-HcsContainer 'ps-*' -Label "team=$team" | ForEach-Object { $_.Id } | Sort-Object) @($build, $test | Sort-Object)
$build, $test, $other | Remove-TestContainer
