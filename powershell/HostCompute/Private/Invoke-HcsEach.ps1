function Invoke-HcsEach {
    <#
    .SYNOPSIS
    Runs a verb for each id, or each that matches a wildcard, and returns the answers. An id that fails is an error of the caller, and does not stop the others.
    #>
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet] $Caller,
        [Parameter(Mandatory = $true)] [string[]] $Line,
        [AllowNull()] [string[]] $Id,
        # A second verb, after the first has succeeded.
        [string] $Then,
        # What ShouldProcess asks about, in a word; nothing is asked without it.
        [string] $Action,
        [System.Management.Automation.ConfirmImpact] $Impact = 'Medium',
        [AllowNull()] [object] $Timeout
    )

    foreach ($name in @(Resolve-HcsId -Id $Id -Timeout $Timeout -Caller $Caller)) {
        $effect = @{ Target = $name; Action = $Action }
        if ($Action -and (Test-HcsAsk -Caller $Caller -Impact $Impact)) {
            $effect = Get-HcsEffect -Line $Line -Id $name -Caller $Caller
            if ($null -eq $effect) { continue }
            # A question that can only be refused is none.
            if ($effect.Refused -and -not (Get-HcsAskPreference -Caller $Caller).WhatIf) {
                Write-HcsError -Caller $Caller -Record (New-HcsErrorRecord -Code 'failedPrecondition' -Message $effect.Refused -Hint $effect.Hint -Target $name)
                continue
            }
        }
        if (-not $Action -or (Confirm-HcsAction -Caller $Caller -Target $effect.Target -Action $effect.Action)) {
            $answer = Invoke-Hcs -Argument ($Line + '--' + $name) -Target $name -Timeout $Timeout -Caller $Caller
            if ($Then -and $null -ne $answer) { $answer = Invoke-Hcs -Argument $Then, '--', $name -Target $name -Timeout $Timeout -Caller $Caller }
            $answer
        }
    }
}

function Resolve-HcsId {
    <#
    .SYNOPSIS
    Ids as they were given, and for wildcards those of the list that match, which may be none; with wildcards no id comes twice.
    #>
    [OutputType([string[]])]
    param(
        [string[]] $Id,
        [AllowNull()] [object] $Timeout,
        [System.Management.Automation.PSCmdlet] $Caller
    )

    if (@($Id | Where-Object { Test-HcsWildcard -Text $_ }).Count -eq 0) {
        foreach ($name in $Id) { $name }
        return
    }
    $list = Invoke-Hcs -Argument 'list' -Timeout $Timeout -Caller $Caller
    if ($null -eq $list) { return }
    $found = New-Object -TypeName System.Collections.Generic.List[string]
    foreach ($name in $Id) {
        $matching = $name
        if (Test-HcsWildcard -Text $name) { $matching = $list.items | Where-Object { $_.id -like $name } | ForEach-Object { $_.id } }
        foreach ($one in $matching) { if ($found -notcontains $one) { $found.Add($one) } }
    }
    $found
}

function Test-HcsWildcard {
    [OutputType([bool])]
    param([AllowNull()] [AllowEmptyString()] [string] $Text)

    if (-not [System.Management.Automation.WildcardPattern]::ContainsWildcardCharacters($Text)) { return $false }
    # What is no pattern either goes to hcs, which says what an id is.
    try { $null = '' -like $Text } catch { return $false }
    $true
}

function Test-HcsLabel {
    <#
    .SYNOPSIS
    Whether a container of a document has all these labels: K=V, K with any value, or a table.
    #>
    [OutputType([bool])]
    param($Item, [AllowNull()] [object[]] $Label)

    $has = @{}
    if ($Item.PSObject.Properties['labels']) { foreach ($pair in $Item.labels) { $has[[string] $pair.name] = [string] $pair.value } }
    foreach ($given in $Label) {
        $wanted = @{}
        if ($given -is [System.Collections.IDictionary]) {
            $wanted = $given
        } else {
            $name, $value = [string] $given -split '=', 2
            $wanted[$name] = $value
        }
        foreach ($pair in $wanted.GetEnumerator()) {
            if (-not $has.ContainsKey([string] $pair.Key)) { return $false }
            if ($null -ne $pair.Value -and $has[[string] $pair.Key] -cne [string] $pair.Value) { return $false }
        }
    }
    $true
}

function Invoke-HcsAll {
    <#
    .SYNOPSIS
    Runs a verb once for all ids, which are then done at once, and returns the answers. An id that fails is an error of the caller, and does
    not stop the others.
    #>
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet] $Caller,
        [Parameter(Mandatory = $true)] [string[]] $Line,
        [AllowEmptyCollection()] [AllowEmptyString()] [string[]] $Id,
        [AllowNull()] [object] $Timeout
    )

    $names = @($Id)
    while ($names.Count -gt 0) {
        $target = if ($names.Count -eq 1) { $names[0] }
        $document = Invoke-Hcs -Argument ($Line + '--' + $names) -Target $target -Timeout $Timeout -Caller $Caller -AnyAnswer
        if ($null -eq $document) { return }
        if ($document.PSObject.Properties['items']) {
            foreach ($item in $document.items) {
                if (Test-HcsFailure -Document $item) { Write-HcsFailure -ErrorBody $item.error -Target $item.id -Caller $Caller } else { $item }
            }
            return
        }
        if (-not (Test-HcsFailure -Document $document)) { return $document }
        # What is no id at all is refused before any is asked for: the others go without it.
        $bad = $null
        if ($document.error.PSObject.Properties['issues']) { $bad = $document.error.issues[0].got }
        $left = @($names | Where-Object { $_ -cne $bad })
        if ($left.Count -lt $names.Count) { $target = $bad } else { $left = @() }
        Write-HcsFailure -ErrorBody $document.error -Target $target -Caller $Caller
        $names = $left
    }
}

function Get-HcsMade {
    <#
    .SYNOPSIS
    The container that create or run has made, as it is now; nothing when it made none.
    #>
    param(
        [AllowNull()] $Made,
        [AllowNull()] [object] $Timeout,
        [System.Management.Automation.PSCmdlet] $Caller
    )

    if ($null -eq $Made) { return }
    $state = Invoke-Hcs -Argument 'state', '--', $Made.id -Target $Made.id -Timeout $Timeout -Caller $Caller
    if ($null -ne $state) { ConvertTo-HcsObject -Value $state -TypeName 'Container' }
}

function Get-HcsChanged {
    <#
    .SYNOPSIS
    With -PassThru the container of each answer as it is then, else nothing.
    #>
    param(
        [Parameter(ValueFromPipeline = $true)] $Answer,
        [switch] $PassThru,
        [System.Management.Automation.PSCmdlet] $Caller
    )
    process {
        if (-not $PassThru) { return }
        $state = Invoke-Hcs -Argument 'state', '--', $Answer.id -Target $Answer.id -Caller $Caller
        if ($null -ne $state) { ConvertTo-HcsObject -Value $state -TypeName 'Container' }
    }
}

function Confirm-HcsAction {
    <#
    .SYNOPSIS
    ShouldProcess; where nobody can be asked (it throws then) an error of the caller, and false.
    #>
    [OutputType([bool])]
    param(
        [Parameter(Mandatory = $true)] [System.Management.Automation.PSCmdlet] $Caller,
        [string] $Target,
        [string] $Action
    )

    $answer = $false
    $asks = Get-HcsAskPreference -Caller $Caller
    $WhatIfPreference = $asks.WhatIf
    $ConfirmPreference = $asks.Confirm
    try {
        $answer = $Caller.ShouldProcess($Target, $Action)
    } catch [System.Management.Automation.PipelineStoppedException] {
        throw
    } catch {
        $why = "nobody can be asked whether to ${Action}: $Target"
        Write-HcsError -Caller $Caller -Record (New-HcsErrorRecord -Code 'failedPrecondition' -Message $why -Hint 'say -Confirm:$false to go on without asking' -Target $Target)
    }
    $answer
}
