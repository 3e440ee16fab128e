# Members that objects of a type always have: Export-Csv and Format-Table take the columns of all from the first, and strict mode knows no others.
$script:HcsAlways = @{ Container = 'ExitCodeHex', 'ExitName'; Event = 'ExitCode'; Exit = 'StartedAt', 'ExitName'; Result = 'ExitName' }

function ConvertTo-HcsObject {
    <#
    .SYNOPSIS
    A value of a document as PowerShell has it: members in PascalCase, times as DateTime of this time zone, as of Get-Process and
    Get-Date, large numbers as UInt64, names with values as a table, and a type name that views and pipelines know.
    #>
    param(
        $Value,
        [string] $TypeName
    )

    if ($TypeName -ceq 'Statistics') { return (ConvertTo-HcsStatistics -Value $Value) }
    if ($Value -isnot [System.Management.Automation.PSCustomObject]) { return (ConvertTo-HcsValue -Name '' -Value $Value) }
    $members = [ordered]@{}
    foreach ($property in $Value.PSObject.Properties) {
        if ($property.Name -ceq 'schema' -or $property.Name -ceq 'ok') { continue }
        $name = $property.Name.Substring(0, 1).ToUpperInvariant() + $property.Name.Substring(1)
        $members[$name] = ConvertTo-HcsValue -Name $property.Name -Value $property.Value
    }
    if ($TypeName) { foreach ($name in $script:HcsAlways[$TypeName]) { if (-not $members.Contains($name)) { $members[$name] = $null } } }
    $made = [pscustomobject] $members
    if ($TypeName) { $made.PSObject.TypeNames.Insert(0, "HostCompute.$TypeName") }
    $made
}

function ConvertTo-HcsValue {
    param([string] $Name, $Value)

    if ($null -eq $Value) { return $null }
    if ($Value -is [array]) {
        if ($Name -ceq 'labels' -or $Name -ceq 'annotations') {
            $table = [ordered]@{}
            foreach ($pair in $Value) { $table[[string] $pair.name] = ConvertTo-HcsText -Value $pair.value }
            return $table
        }
        $items = @(foreach ($item in $Value) { ConvertTo-HcsObject -Value $item })
        return , $items
    }
    if ($Value -is [System.Management.Automation.PSCustomObject]) { return (ConvertTo-HcsObject -Value $Value) }
    $isTime = $Name -cmatch '(At|^time)$'
    if ($Value -is [datetime]) {
        if ($isTime) { return $Value.ToLocalTime() }
        return (ConvertTo-HcsText -Value $Value)
    }
    # Where JSON leaves times as text; integers above 2^53-1 are texts in our documents.
    if ($Value -is [string]) {
        if ($isTime -and $Value -match '^\d{4}-\d\d-\d\dT[\d:.]+Z$') {
            $style = [System.Globalization.DateTimeStyles]::AssumeUniversal
            return [datetime]::Parse($Value, [System.Globalization.CultureInfo]::InvariantCulture, $style)
        }
        if ($Name -cmatch '(100ns|[bB]ytes|Count)$' -and $Value -match '^\d+$') { return [uint64] $Value }
    }
    $Value
}

function ConvertTo-HcsText {
    <#
    .SYNOPSIS
    A text of a document. PowerShell 7.0 to 7.4 read a text that looks like a time as one: it becomes a text again.
    #>
    [OutputType([string])]
    param([AllowNull()] $Value)

    if ($Value -is [datetime]) {
        return $Value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss.FFFFFFFZ', [System.Globalization.CultureInfo]::InvariantCulture)
    }
    [string] $Value
}

function ConvertFrom-HcsJson {
    <#
    .SYNOPSIS
    ConvertFrom-Json that leaves texts what they are, where it can: an output, or a label, that looks like a time is none.
    #>
    param([string] $Text)

    if ($null -eq $script:HcsJsonOption) {
        $script:HcsJsonOption = @{}
        if ((Get-Command -Name ConvertFrom-Json).Parameters.ContainsKey('DateKind')) { $script:HcsJsonOption['DateKind'] = 'String' }
    }
    $option = $script:HcsJsonOption
    ConvertFrom-Json -InputObject $Text @option
}
$script:HcsJsonOption = $null
