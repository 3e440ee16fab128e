function Test-HcsAsk {
    <#
    .SYNOPSIS
    Whether ShouldProcess will say something: -WhatIf, or a question. Only then is the state of a container worth asking for.
    #>
    [OutputType([bool])]
    param([System.Management.Automation.PSCmdlet] $Caller, [System.Management.Automation.ConfirmImpact] $Impact)

    $asks = Get-HcsAskPreference -Caller $Caller
    if ($asks.WhatIf) { return $true }
    "$($asks.Confirm)" -ne 'None' -and $Impact -ge $asks.Confirm
}

function Get-HcsAskPreference {
    <#
    .SYNOPSIS
    What -WhatIf and -Confirm say, else the preferences of whoever called the caller (Write-HcsError says why).
    #>
    [OutputType([hashtable])]
    param([System.Management.Automation.PSCmdlet] $Caller)

    # These set the preferences for the command, and so for what it calls.
    $asks = @{ WhatIf = $WhatIfPreference; Confirm = $ConfirmPreference }
    $bound = $Caller.MyInvocation.BoundParameters
    if (-not $bound.ContainsKey('WhatIf')) { $asks.WhatIf = Get-HcsPreference -Caller $Caller -Name 'WhatIfPreference' -Default $WhatIfPreference }
    if (-not $bound.ContainsKey('Confirm')) { $asks.Confirm = Get-HcsPreference -Caller $Caller -Name 'ConfirmPreference' -Default $ConfirmPreference }
    $asks
}

function Get-HcsEffect {
    <#
    .SYNOPSIS
    What a verb would do to a container as it is now, in words; Refused says why it would not. An error of the caller, and nothing, when there
    is no such container.
    #>
    [OutputType([hashtable])]
    param(
        # The verb and its options, as for hcs.
        [string[]] $Line,
        [string] $Id,
        [System.Management.Automation.PSCmdlet] $Caller
    )

    $state = Invoke-Hcs -Argument 'state', '--', $Id -Target $Id -Caller $Caller
    if ($null -eq $state) { return }
    $status = $state.status
    $runs = $status -cin 'running', 'paused', 'stopping', 'lost'
    $over = $status -cin 'stopped', 'failed'
    $refuse = "be refused, since it is $status"
    $action = switch ($Line[0]) {
        'start' { if ($status -ceq 'created') { 'start' } else { $refuse } }
        'stop' {
            $time = '10 s'
            if ($Line.Count -gt 2) { $time = '{0} s' -f ([double] ($Line[2] -replace 'ms$', '') / 1000) }
            if ($over) { 'do nothing, since it has ended' } else { "shut down, and terminate after $time" }
        }
        'kill' { if ($over) { 'do nothing, since it has ended' } else { 'terminate' } }
        'delete' {
            if (-not $runs) { 'delete, with its log' }
            elseif ($Line -ccontains '--force') { 'terminate and delete, with its log' }
            else { "$refuse and -Force is not given" }
        }
        'pause' {
            if ($state.isolation -cne 'hyperv') { "be refused, since it has $($state.isolation) isolation" }
            elseif ($status -ceq 'running') { 'pause' }
            else { $refuse }
        }
        'resume' { if ($status -ceq 'paused') { 'resume' } else { $refuse } }
    }
    $refused = $null
    $hint = ''
    if ($Line[0] -ceq 'delete' -and $action.StartsWith($refuse)) {
        $refused = "container $($state.id) is $status, so it is removed only with -Force"
        $hint = "stop it first, or: Remove-HcsContainer -Id $($state.id) -Force, which kills it"
    }
    @{ Target = "$($state.id) ($status)"; Action = $action; Refused = $refused; Hint = $hint }
}
