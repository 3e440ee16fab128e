$prefix = New-TestId
$ids = 'a', 'b' | ForEach-Object { Start-TestContainer -Id "$prefix-$_" }
$other = Start-TestContainer
$all = "$prefix-*"
function Get-Status { @(Get-HcsContainer $all | Sort-Object Id | ForEach-Object Status) }

# Those that are refused are named, each, and it is no question of what exists.
Assert-Equal @(Measure-HcsContainer $all | ForEach-Object Id | Sort-Object) $ids
Assert-Equal @(& { Suspend-HcsContainer $all -ErrorAction Continue } 2>&1 | ForEach-Object TargetObject | Sort-Object) $ids 'pause'
Assert-Equal @(& { Resume-HcsContainer $all -ErrorAction Continue } 2>&1 | ForEach-Object TargetObject | Sort-Object) $ids 'resume'
Assert-Equal @(& { Start-HcsContainer $all -ErrorAction Continue } 2>&1 | ForEach-Object TargetObject | Sort-Object) $ids 'start'
Remove-HcsContainer $all -Force -WhatIf
Stop-HcsContainer $all -WhatIf
Assert-Equal (Get-Status) @('running', 'running')
Assert-Equal @(Stop-HcsContainer $all, $ids[0] -Force -PassThru | ForEach-Object Id | Sort-Object) $ids 'once each'
Assert-Equal (Get-Status) @('stopped', 'stopped')
Assert-Equal @(Wait-HcsContainer $all -Timeout 10 | ForEach-Object Id | Sort-Object) $ids
Remove-HcsContainer $all -Confirm:$false
Assert-Equal @(Get-HcsContainer $all).Count 0
Assert-Equal (Get-HcsContainer $other).Status 'running'

# That nothing matches is no failure; that an id is not there is one.
foreach ($command in 'Stop', 'Start', 'Suspend', 'Resume', 'Wait', 'Measure', 'Remove') {
    $arguments = @{}
    if ($command -eq 'Remove') { $arguments.Confirm = $false }
    Assert-Equal @(& "$command-HcsContainer" $all @arguments).Count 0 $command
    $null = Assert-Fails { & "$command-HcsContainer" $ids[0] @arguments } 'notFound'
}
Remove-TestContainer $other
